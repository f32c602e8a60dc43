"""SUGGEST: similar tracks, playlists, the map of a collection, and tracks for listeners."""
