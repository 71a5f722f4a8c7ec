/**
 * Ports that are never called in production: the services behind them are not web applications, and may take a
 * request for commands. The list contains the bad ports of browsers, and the ports of databases, brokers and
 * infrastructure.
 */
const FROM_BROWSERS = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

const OF_INFRASTRUCTURE = [
  445, // SMB
  873, // rsync
  1433, // SQL Server
  1434, // SQL Server browser
  1521, // Oracle
  2181, // ZooKeeper
  2375, // Docker
  2376, // Docker over TLS
  2379, // etcd
  2380, // etcd peers
  3306, // MySQL
  3389, // remote desktop
  4369, // Erlang port mapper
  5432, // PostgreSQL
  5671, // AMQP over TLS
  5672, // AMQP
  5900, // VNC
  5984, // CouchDB
  6379, // Redis
  6443, // Kubernetes
  9042, // Cassandra
  9092, // Kafka
  9200, // Elasticsearch
  9300, // Elasticsearch peers
  10250, // kubelet
  11211, // memcached
  15672, // RabbitMQ management
  26257, // CockroachDB
  27017, // MongoDB
  27018, // MongoDB shards
  27019, // MongoDB configuration
  30013, // SAP HANA system database
  30015, // SAP HANA
  33060, // MySQL X protocol
];

const REFUSED: ReadonlySet<number> = new Set([...FROM_BROWSERS, ...OF_INFRASTRUCTURE]);

/** Returns whether a port is never called in production. */
export function isRefusedPort(port: number): boolean {
  return REFUSED.has(port);
}
