"""What it costs to store a message and an answer, by how surely a database keeps them."""
