"""What a customer orders without a seller: packages, the assessment, the price and its payment plans, draft and order."""
