# Makes r_numbers.json: Rscript make.R (in this folder). The package trend is not in
# Debian, so Mann-Kendall is written out here from Kendall's tau of base R, and Pettitt's
# and Sen's from their definitions. The R session is in sessionInfo.txt.
num <- function(x) paste0("[", paste(format(c(x), digits = 15), collapse = ","), "]")
s_of <- function(y) sum(sign(outer(y, y, "-"))[lower.tri(diag(length(y)))])
var_of <- function(y) {
  n <- length(y)
  t <- table(y)
  (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5))) / 18
}
z_of <- function(s, v) (s - sign(s)) / sqrt(v)
y <- as.numeric(Nile)
n <- length(y)
d <- outer(y, y, "-") / outer(seq_len(n), seq_len(n), "-")
rank_sum <- 2 * cumsum(rank(y)) - seq_len(n) * (n + 1)
by_month <- split(as.numeric(UKDriverDeaths), cycle(UKDriverDeaths))
s <- sum(sapply(by_month, s_of))
v <- sum(sapply(by_month, var_of))
cat("{\n",
  '"S": ', num(s_of(y)), ",\n",
  '"varS": ', num(var_of(y)), ",\n",
  '"tau": ', num(cor(seq_len(n), y, method = "kendall")), ",\n",
  '"z": ', num(z_of(s_of(y), var_of(y))), ",\n",
  '"sen": ', num(median(d[lower.tri(d)])), ",\n",
  '"pettitt_U": ', num(max(abs(rank_sum))), ",\n",
  '"pettitt_K": ', num(which.max(abs(rank_sum))), ",\n",
  '"seasonal_S": ', num(s), ",\n",
  '"seasonal_varS": ', num(v), ",\n",
  '"seasonal_z": ', num(z_of(s, v)), "\n",
  "}\n", sep = "", file = "r_numbers.json")
writeLines(capture.output(sessionInfo()), "sessionInfo.txt")
