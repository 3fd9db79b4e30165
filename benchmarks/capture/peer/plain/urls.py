from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from plain.models import Request

PAGE = engines["django"].from_string("<form method=post>{% csrf_token %}{{ form }}</form>")


class RequestForm(forms.ModelForm):
    class Meta:
        model = Request
        fields = [
            "name",
            "email",
            "phone",
            "country",
            "state",
            "education",
            "military",
            "start_from",
            "best_time",
            "offerings",
            "message",
            "consent_email",
        ]


def ask(request):
    form = RequestForm(request.POST or None)
    if form.is_valid():
        form.save()
        return HttpResponseRedirect("/thanks/")
    return HttpResponse(PAGE.render({"form": form}, request))


urlpatterns = [path("ask/", ask)]
