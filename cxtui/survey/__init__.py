"""What a survey is: questions, categories and the codebook that describes them."""
