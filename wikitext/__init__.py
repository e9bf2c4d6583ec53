"""Text in, text out: reading and writing what stands on a wiki page. No I/O, no clock, no job."""
