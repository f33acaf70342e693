package dev.replicationset.runtime;

import dev.replicationset.reconcile.ClusterReader;
import dev.replicationset.reconcile.PlanRunner;
import dev.replicationset.topology.ClusterPort;
import dev.replicationset.topology.MysqlPort;
import dev.replicationset.topology.Observation;
import dev.replicationset.topology.Plan;
import java.util.function.Function;

/** The parts that the process is put together from. */
record Ports(
        ClusterReader reader,
        ClusterPort cluster,
        MysqlPort mysql,
        Function<Observation, Plan> planner,
        PlanRunner runner) {}
