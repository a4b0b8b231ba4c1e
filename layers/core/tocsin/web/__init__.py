"""What a person reads: e-mail and SMS, in English, Ukrainian and Spanish."""
