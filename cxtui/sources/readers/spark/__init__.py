"""Tables at a Spark Connect server."""
