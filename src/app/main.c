#include "app/cli.h"
#include <stdlib.h>

int main(int argc, char *argv[]) { return cli_main(argc, argv, getenv); }
