package dev.replicationset.topology;

/**
 * Where the operator reaches one mysqld: its pod's address and the administrative port.
 *
 * @param host name or address of the pod
 * @param clientHost the name under which other instances reach it; it stays when the pod is replaced
 */
public record ServerAddress(String instance, String host, int adminPort, String clientHost, int clientPort) {}
