"""Inference of questions from columns: kinds, scales, sets, grids and roles, with reasons."""
