"""Figures, one module each: the only place of matplotlib, which is loaded when a figure is drawn."""
