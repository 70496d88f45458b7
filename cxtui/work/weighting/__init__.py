"""Weights that meet targets: raking (iterative proportional fitting), bounded or trimmed.

The targets are read (`targets`), the joint cells of their questions counted (`joint_cells`) and
matched with them (`margins`), the weights computed (`raking`, `weigh`) and reported
(`weighting_report`, `report_document`), and added to a copy of the survey (`weighted_survey`).
"""
