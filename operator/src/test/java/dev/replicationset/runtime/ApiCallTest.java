package dev.replicationset.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiCallTest {
    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/namespaces/shop/pods/orders-1-0, get, pods",
        "GET, /api/v1/namespaces/shop/pods, list, pods",
        "GET, /api/v1/pods?labelSelector=a%3Db&watch=true, watch, pods",
        "GET, /api/v1/namespaces, list, namespaces",
        "GET, /api/v1/namespaces/shop, get, namespaces",
        "POST, /apis/apps/v1/namespaces/shop/statefulsets, create, statefulsets",
        "PATCH, /apis/apps/v1/namespaces/shop/statefulsets/orders-1?fieldManager=x, patch, statefulsets",
        "DELETE, /api/v1/namespaces/shop/pods/orders-1-0, delete, pods",
        "PUT, /apis/replicationset.dev/v1alpha1/namespaces/shop/mysqlreplicationsets/orders/status, update,"
                + " mysqlreplicationsets/status",
        "PATCH, /apis/coordination.k8s.io/v1/namespaces/system/leases/op, patch, leases",
        "GET, /version, get, other",
        "GET, /apis, get, other",
        "GET, /, get, other",
    })
    void tellsWhatARequestIsAbout(String method, URI uri, String verb, String resource) {
        assertThat(ApiCall.of(method, uri)).isEqualTo(new ApiCall(verb, resource));
    }

    @ParameterizedTest
    @CsvSource({
        "get, false",
        "list, false",
        "watch, false",
        "create, true",
        "update, true",
        "patch, true",
        "delete, true"
    })
    void knowsWrites(String verb, boolean writes) {
        assertThat(new ApiCall(verb, "pods").writes()).isEqualTo(writes);
    }
}
