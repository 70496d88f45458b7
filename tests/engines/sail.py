"""A Spark Connect server in a process of its own, to be stopped, stalled and started again.

python tests/engines/sail.py PORT
"""

import sys

from pysail.spark import SparkConnectServer

if __name__ == "__main__":
    SparkConnectServer("127.0.0.1", int(sys.argv[1])).start(background=False)
