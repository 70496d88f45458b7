"""A survey as an SPSS file: variables, labels, missing values and multiple-response sets."""
