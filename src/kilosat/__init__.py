"""kilosat: check a national Bitcoin strategy from data, with every number explained."""
