"""IndicTrans2 without remote code: its files, its tokenizer, its pre- and post-processing, and engines that run it."""
