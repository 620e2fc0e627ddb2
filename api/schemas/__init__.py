"""What the API takes and gives, a file per noun; the OpenAPI document is written from them."""
