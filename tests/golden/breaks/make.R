# Makes r_numbers.json: Rscript make.R (in this folder), with Debian's r-cran-strucchange
# and r-cran-segmented. The R session is in sessionInfo.txt. changepoint is not in Debian:
# its numbers stay as they came.
suppressMessages({library(strucchange); library(segmented)})
num <- function(x) paste0("[", paste(format(c(x), digits = 15), collapse = ","), "]")
bp <- breakpoints(Nile ~ 1)
ci <- confint(bp)$confint
coal <- read.csv("coal.csv")
plain <- glm(count ~ year, family = poisson, data = coal)
set.seed(1) # segmented restarts from bootstrap samples
bent <- segmented(plain, seg.Z = ~year, psi = 1890)
cat("{\n",
  '"nile_breakpoints": ', num(bp$breakpoints), ",\n",
  '"nile_ci": ', num(ci), ",\n",
  '"nile_RSS": ', num(summary(bp)$RSS["RSS", ]), ",\n",
  '"nile_BIC": ', num(summary(bp)$RSS["BIC", ]), ",\n",
  '"segmented_psi": ', num(bent$psi[, "Est."]), ",\n",
  '"segmented_se": ', num(bent$psi[, "St.Err"]), ",\n",
  '"segmented_deviance": ', num(deviance(bent)), ",\n",
  '"segmented_logLik": ', num(logLik(bent)), ",\n",
  '"glm_coef": ', num(coef(plain)), ",\n",
  '"glm_dev": ', num(deviance(plain)), "\n",
  "}\n", sep = "", file = "r_numbers.json")
writeLines(capture.output(sessionInfo()), "sessionInfo.txt")
