"""What a person may send."""

from django import forms
from issue_core import State

from vergabe.models import Frage


class FrageForm(forms.ModelForm):
    """A new question."""

    class Meta:
        model = Frage
        fields = ["titel"]


class StandForm(forms.Form):
    """The state that a question shall have."""

    stand = forms.TypedChoiceField(choices=[(state, state) for state in State], coerce=State)
