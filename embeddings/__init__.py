"""Text to vectors, and the index on disk: embedders, FAISS, the lexical index, the manifest."""
