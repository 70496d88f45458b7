"""Coding of open answers: a coder's desk, proposals, agreement, lists, import and export.

What is coded is written beside the survey at once (`coding_desk`), and counted as a derived
question from then on. `kappa` compares two coders, `code_proposals` finds codes by words.
"""
