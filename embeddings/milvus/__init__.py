"""An index on a Milvus server, or in a file of Milvus Lite, asked as if it were a folder."""
