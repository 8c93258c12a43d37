# Makes r_numbers.json: Rscript make.R (in this folder), with Debian's r-cran-mass and
# r-cran-sandwich. The R session is in sessionInfo.txt.
suppressMessages({library(MASS); library(sandwich)})
num <- function(x) paste0("[", paste(format(c(x), digits = 15), collapse = ","), "]")
d <- as.data.frame(Seatbelts)
d$t <- seq_len(nrow(d))
d$s1 <- sin(2 * pi * d$t / 12)
d$c1 <- cos(2 * pi * d$t / 12)
m <- glm.nb(DriversKilled ~ law + t + s1 + c1, data = d)
cat("{\n",
  '"coef": ', num(coef(m)), ",\n",
  '"se": ', num(sqrt(diag(vcov(m)))), ",\n",
  '"theta": ', num(m$theta), ",\n",
  '"se_theta": ', num(m$SE.theta), ",\n",
  '"twologlik": ', num(m$twologlik), ",\n",
  '"aic": ', num(AIC(m)), "\n",
  "}\n", sep = "", file = "r_numbers.json")
writeLines(capture.output(sessionInfo()), "sessionInfo.txt")
