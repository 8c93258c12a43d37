"""How a count phrase is read: text, words, symbols, grammar, policy, column.

One step a file, in that order. `text` cleans and cuts; `vocabulary` holds one table of
words a language (``words/*.toml``); `number_words` reads spelled numbers; `symbols`
gives every piece its meaning; `composing` joins pieces into numbers; `refusals` sets
aside what is no count; `reading` says what is left; `policies` says what that means;
`column` does it for a column.
"""
