"""Reader of tables at a Spark Connect server."""
