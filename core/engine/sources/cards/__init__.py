"""Card numbers and card verification codes in exports: told from other long numbers, cut before anything is stored."""
