"""Where respondents come from; `opening.open_survey` turns a location into a Survey."""
