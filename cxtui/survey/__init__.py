"""Model of a survey: questions, categories and the codebook that describes them."""
