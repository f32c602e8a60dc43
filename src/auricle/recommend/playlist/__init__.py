"""Playlists: what is asked for, a problem in arrays, and its solver."""
