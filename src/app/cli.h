/* The command line: reads the words, runs one operation, prints its output, and turns the
 * outcome into an exit code (docs/cli.md). Data go to standard output, everything else to
 * standard error. */
#ifndef POND_APP_CLI_H
#define POND_APP_CLI_H

/* The whole program. env: getenv, or a fake. Returns the exit code. */
int cli_main(int argc, char *const argv[], char *(*env)(const char *name));

#endif
