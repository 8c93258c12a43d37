"""Arrays in, arrays or small frozen records out: no pandas, no plotting, no checks."""
