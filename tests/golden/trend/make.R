# Makes the numbers of r_covariance.json: Rscript make.R (in this folder).
suppressMessages({library(sandwich); library(MASS)})
d <- read.csv("input.csv")
one <- d[d$unit == 3, ]
p <- glm(y ~ t, family = poisson, data = one)
q <- glm(y ~ t, family = quasipoisson, data = one)
nb <- glm.nb(y ~ t, data = d, control = glm.control(epsilon = 1e-12, maxit = 200))
fe <- glm(y ~ t + factor(unit), family = poisson, data = d)
num <- function(m) paste0("[", paste(format(c(m), digits = 17), collapse = ","), "]")
cat("{\n",
  '"poisson_coef": ', num(coef(p)), ",\n",
  '"quasi_vcov": ', num(vcov(q)), ",\n",
  '"quasi_dispersion": ', num(summary(q)$dispersion), ",\n",
  '"HC0": ', num(vcovHC(p, type = "HC0")), ",\n",
  '"HC1": ', num(vcovHC(p, type = "HC1")), ",\n",
  '"HC3": ', num(vcovHC(p, type = "HC3")), ",\n",
  '"NW3": ', num(NeweyWest(p, lag = 3, prewhite = FALSE, adjust = FALSE)), ",\n",
  '"nb_coef": ', num(coef(nb)), ",\n",
  '"nb_theta": ', num(nb$theta), ",\n",
  '"nb_HC3": ', num(vcovHC(nb, type = "HC3")), ",\n",
  '"fe_slope": ', num(coef(fe)[2]), ",\n",
  '"fe_cluster": ', num(vcovCL(fe, cluster = d$unit, type = "HC0", cadjust = FALSE)[2, 2]), "\n",
  "}\n", sep = "", file = "r_covariance.json")
writeLines(capture.output(sessionInfo()), "sessionInfo.txt")
