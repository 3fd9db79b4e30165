from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("fobi/", include("fobi.urls.class_based.view")),
    path("fobi/", include("fobi.urls.class_based.edit")),
    path("fobi/", include("fobi.contrib.plugins.form_handlers.db_store.urls")),
]
