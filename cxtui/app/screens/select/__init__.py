"""The screens that choose columns, respondents and tests."""
