package dev.replicationset.e2e.chart;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a service account may do, found by asking the API server about every resource and verb it knows. */
final class Rights {
    private static final List<String> VERBS =
            List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");

    // Admission asks about it, though the API server does not serve it.
    private static final Kind FINALIZERS = new Kind("replicationset.dev", "mysqlreplicationsets/finalizers");

    private final KubernetesClient client;
    private final List<Kind> kinds;

    Rights(KubernetesClient client) {
        this.client = client;
        Stream<String> groups = client.getApiGroups().getGroups().stream().map(Rights::preferred);
        Stream<Kind> served = Stream.concat(Stream.of("v1"), groups)
                .flatMap(version -> client.getApiResources(version).getResources().stream()
                        .map(resource -> new Kind(group(version), resource.getName())));
        this.kinds = Stream.concat(served, Stream.of(FINALIZERS)).distinct().toList();
    }

    /**
     * What the service account may do beyond what every service account may.
     *
     * @param namespace where; empty for the cluster as a whole: objects without a namespace, and those of all namespaces
     * @return from resource such as {@code statefulsets.apps} to verbs
     */
    Map<String, Set<String>> of(String account, String accountNamespace, String namespace) {
        String prefix = "system:serviceaccount:" + accountNamespace + ":";
        List<String> groups =
                List.of("system:serviceaccounts", "system:serviceaccounts:" + accountNamespace, "system:authenticated");
        Subject subject = new Subject(prefix + account, groups);
        Subject anybody = new Subject(prefix + "nobody-in-particular", groups);
        return kinds.parallelStream()
                .flatMap(kind -> VERBS.stream().map(verb -> new Act(kind, verb)))
                .filter(act -> may(subject, namespace, act) && !may(anybody, namespace, act))
                .collect(groupingBy(act -> act.kind().name(), TreeMap::new, mapping(Act::verb, toSet())));
    }

    private boolean may(Subject subject, String namespace, Act act) {
        String[] resource = act.kind().resource().split("/", 2);
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(subject.user())
                .withGroups(subject.groups())
                .withNewResourceAttributes()
                .withGroup(act.kind().group())
                .withResource(resource[0])
                .withSubresource(resource.length > 1 ? resource[1] : "")
                .withVerb(act.verb())
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    private static String preferred(APIGroup group) {
        return group.getPreferredVersion().getGroupVersion();
    }

    private static String group(String version) {
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }

    private record Kind(String group, String resource) {
        String name() {
            return group.isEmpty() ? resource : resource + "." + group;
        }
    }

    private record Act(Kind kind, String verb) {}

    private record Subject(String user, List<String> groups) {}
}
