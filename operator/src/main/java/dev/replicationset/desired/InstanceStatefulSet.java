package dev.replicationset.desired;

import dev.replicationset.api.MySQLReplicationSetSpec;
import dev.replicationset.api.PodSettings;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;

/**
 * One instance: a StatefulSet of one pod, which gives it a name that stays and never two pods at a time on one volume.
 * The pod satisfies the restricted Pod Security Standard.
 */
final class InstanceStatefulSet {
    /** {@code mysql} in the images of docker-library and Debian; the volume's files belong to it. */
    private static final long MYSQL_UID = 999;

    private static final int MODE_0440 = 288;

    private InstanceStatefulSet() {}

    /** @param settings digest of my.cnf's settings */
    static StatefulSet of(Owner owner, MySQLReplicationSetSpec spec, int number, String settings) {
        String instance = Names.instance(owner.set(), number);
        return new StatefulSetBuilder()
                .withMetadata(owner.instanceMeta(instance).build())
                .withNewSpec()
                .withReplicas(1)
                .withServiceName(Names.instancesService(owner.set()))
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete") // the operator chooses who restarts when
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(Labels.instanceSelector(owner.set(), instance))
                .endSelector()
                .withTemplate(template(owner, spec, instance, settings))
                .endSpec()
                .build();
    }

    private static PodTemplateSpec template(
            Owner owner, MySQLReplicationSetSpec spec, String instance, String settings) {
        PodSettings pod = spec.pod();
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(pod.labels())
                .addToLabels(Labels.ofInstance(owner.set(), instance))
                .withAnnotations(pod.annotations())
                .addToAnnotations(Labels.SETTINGS, settings)
                .addToAnnotations("kubectl.kubernetes.io/default-container", Names.MYSQLD_CONTAINER)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(60L)
                .withImagePullSecrets(spec.imagePullSecrets())
                .withNodeSelector(pod.nodeSelector())
                .withAffinity(affinity(owner, pod))
                .withTolerations(pod.tolerations())
                .withTopologySpreadConstraints(pod.topologySpreadConstraints())
                .withPriorityClassName(pod.priorityClassName())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(MYSQL_UID)
                .withRunAsGroup(MYSQL_UID)
                .withFsGroup(MYSQL_UID)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withInitContainers(initialize(spec))
                .withContainers(mysqld(spec))
                .withVolumes(volumes(owner, instance))
                .endSpec()
                .build();
    }

    /** Two instances on one node would be lost together. A wish, so that a small cluster can run a set too. */
    private static Affinity affinity(Owner owner, PodSettings pod) {
        if (pod.affinity() != null) {
            return pod.affinity();
        }
        return new AffinityBuilder()
                .withNewPodAntiAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withNewPodAffinityTerm()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .withMatchLabels(Labels.selector(owner.set()))
                .endLabelSelector()
                .endPodAffinityTerm()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .build();
    }

    private static Container initialize(MySQLReplicationSetSpec spec) {
        return container(spec, Names.INITIALIZE_CONTAINER)
                .withCommand("sh", Files.wanted(Files.INITIALIZE))
                .addToVolumeMounts(mount("wanted", Files.WANTED, true), mount("config", Files.CONFIG, false))
                .build();
    }

    private static Container mysqld(MySQLReplicationSetSpec spec) {
        return container(spec, Names.MYSQLD_CONTAINER)
                .withCommand(
                        "sh",
                        Files.config(Files.SERVE),
                        "mysqld",
                        "--defaults-file=" + Files.config(Files.MY_CNF),
                        "--admin-address=$(POD_IP)") // it takes no wildcard
                .addToVolumeMounts(mount("config", Files.CONFIG, true))
                .withEnv(new EnvVarBuilder()
                        .withName("POD_IP")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "status.podIP")
                        .endValueFrom()
                        .build())
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("sh", Files.config(Files.STOP))
                .endExec()
                .endPreStop()
                .endLifecycle()
                .addNewPort()
                .withName("mysql")
                .withContainerPort(Names.MYSQL_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("admin")
                .withContainerPort(Names.ADMIN_PORT)
                .withProtocol("TCP")
                .endPort()
                // Crash recovery may take its time: an hour until a start counts as failed.
                .withStartupProbe(probe(1, 5, 3600))
                .withReadinessProbe(probe(5, 3, 3))
                // Only what is beyond doubt: a minute in which not even a connection was accepted.
                .withLivenessProbe(probe(10, 5, 6))
                .build();
    }

    /**
     * Whether mysqld listens; the operator judges the rest. No statement is run: that would fail where a restart makes
     * things worse, behind commits that wait or when max_connections is reached. It costs mysqld 0.3 ms of processor
     * time; a client program would cost 20.
     */
    private static Probe probe(int period, int timeout, int failures) {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort("mysql")
                .endTcpSocket()
                .withPeriodSeconds(period)
                .withTimeoutSeconds(timeout)
                .withFailureThreshold(failures)
                .build();
    }

    private static ContainerBuilder container(MySQLReplicationSetSpec spec, String name) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(spec.image())
                .withImagePullPolicy(spec.imagePullPolicy())
                .withResources(spec.pod().resources())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withVolumeMounts(
                        mount("data", Files.VOLUME, false),
                        mount("run", Files.RUN, false),
                        mount("tmp", Files.TMP, false));
    }

    private static VolumeMount mount(String volume, String path, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(readOnly ? true : null)
                .build();
    }

    private static List<Volume> volumes(Owner owner, String instance) {
        return List.of(
                new VolumeBuilder()
                        .withName("wanted")
                        .withNewProjected()
                        .withDefaultMode(MODE_0440)
                        .addNewSource()
                        .withNewConfigMap()
                        .withName(instance)
                        .endConfigMap()
                        .endSource()
                        .addNewSource()
                        .withNewSecret()
                        .withName(Names.accountsSecret(owner.set()))
                        .endSecret()
                        .endSource()
                        .endProjected()
                        .build(),
                // In memory, since it holds passwords.
                new VolumeBuilder()
                        .withName("config")
                        .withNewEmptyDir()
                        .withMedium("Memory")
                        .withSizeLimit(new Quantity("1Mi"))
                        .endEmptyDir()
                        .build(),
                new VolumeBuilder()
                        .withName("data")
                        .withNewPersistentVolumeClaim()
                        .withClaimName(instance)
                        .endPersistentVolumeClaim()
                        .build(),
                emptyDir("run"),
                emptyDir("tmp"));
    }

    private static Volume emptyDir(String name) {
        return new VolumeBuilder()
                .withName(name)
                .withNewEmptyDir()
                .endEmptyDir()
                .build();
    }
}
