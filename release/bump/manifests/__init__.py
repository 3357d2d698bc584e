"""One module per manifest format: text in, text out."""
