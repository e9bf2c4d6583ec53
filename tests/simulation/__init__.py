"""A wiki in memory for the simulation, and the contract that holds it to what the real one does."""
