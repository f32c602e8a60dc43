"""SUGGEST: similar tracks, playlists, and the map of a collection."""
