"""Figures, one module each: the only place of matplotlib, loaded when a figure is drawn."""
