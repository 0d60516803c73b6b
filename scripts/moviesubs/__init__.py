"""What the programs of the workflow share: contracts, files, languages, progress, errors. Light imports only."""
