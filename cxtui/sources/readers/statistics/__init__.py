"""Reader of SPSS, Stata and SAS files."""
