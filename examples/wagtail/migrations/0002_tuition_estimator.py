import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("example_wagtail", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="streampage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 0),
                    ("match_form", 4),
                    ("interest_form", 11),
                    ("program_list", 19),
                    ("program_card", 21),
                    ("accreditation_badge", 23),
                    ("compare", 25),
                    ("role_explorer", 26),
                    ("tuition_estimator", 29),
                ],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.RichTextBlock", (), {}),
                    1: (
                        "hcprograms.contrib.wagtail.choosers.InstitutionChooserBlock",
                        (),
                        {
                            "help_text": "Empty: of all schools.",
                            "label": "Only programs of",
                            "required": False,
                        },
                    ),
                    2: ("wagtail.blocks.CharBlock", (), {"label": "Title", "required": False}),
                    3: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Introduction", "required": False, "rows": 2},
                    ),
                    4: (
                        "wagtail.blocks.StructBlock",
                        [[("institution", 1), ("title", 2), ("intro", 3)]],
                        {},
                    ),
                    5: (
                        "hcprograms.contrib.wagtail.choosers.FormChooserBlock",
                        (),
                        {"label": "Form"},
                    ),
                    6: (
                        "hcprograms.contrib.wagtail.choosers.ProgramChooserBlock",
                        (),
                        {"label": "Program ticked beforehand", "required": False},
                    ),
                    7: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "With its title", "required": False},
                    ),
                    8: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Another title", "required": False},
                    ),
                    9: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Another introduction", "required": False, "rows": 2},
                    ),
                    10: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "label": "Another text of the button",
                            "max_length": 60,
                            "required": False,
                        },
                    ),
                    11: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("form", 5),
                                ("program", 6),
                                ("has_heading", 7),
                                ("title", 8),
                                ("intro", 9),
                                ("button", 10),
                            ]
                        ],
                        {},
                    ),
                    12: (
                        "hcprograms.contrib.wagtail.choosers.InstitutionChooserBlock",
                        (),
                        {"label": "All programs of", "required": False},
                    ),
                    13: ("hcprograms.contrib.wagtail.choosers.ProgramChooserBlock", (), {}),
                    14: (
                        "wagtail.blocks.ListBlock",
                        (13,),
                        {"default": [], "label": "Or just these"},
                    ),
                    15: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("certificate", "undergraduate certificate"),
                                ("associate", "associate degree"),
                                ("bachelor", "bachelor’s degree"),
                                ("postbaccalaureate", "post-baccalaureate certificate"),
                                ("master", "master’s degree"),
                                ("graduate_certificate", "graduate certificate"),
                                ("doctorate", "doctorate"),
                            ],
                            "label": "Only this level",
                            "required": False,
                        },
                    ),
                    16: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("online", "online"),
                                ("hybrid", "hybrid"),
                                ("campus", "on campus"),
                            ],
                            "label": "Only studied like this",
                            "required": False,
                        },
                    ),
                    17: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 20, "label": "At most", "max_value": 100, "min_value": 1},
                    ),
                    18: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("cards", "cards"), ("list", "list")], "label": "Layout"},
                    ),
                    19: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("institution", 12),
                                ("programs", 14),
                                ("level", 15),
                                ("delivery", 16),
                                ("limit", 17),
                                ("layout", 18),
                                ("title", 2),
                            ]
                        ],
                        {},
                    ),
                    20: (
                        "hcprograms.contrib.wagtail.choosers.ProgramChooserBlock",
                        (),
                        {"label": "Program"},
                    ),
                    21: ("wagtail.blocks.StructBlock", [[("program", 20)]], {}),
                    22: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "The accreditor’s short name: cahme.",
                            "label": "Only by",
                            "required": False,
                        },
                    ),
                    23: ("wagtail.blocks.StructBlock", [[("program", 20), ("accreditor", 22)]], {}),
                    24: (
                        "wagtail.blocks.ListBlock",
                        (13,),
                        {"label": "Programs", "max_num": 4, "min_num": 1},
                    ),
                    25: ("wagtail.blocks.StructBlock", [[("programs", 24), ("title", 2)]], {}),
                    26: ("wagtail.blocks.StructBlock", [[("title", 2)]], {}),
                    27: (
                        "hcprograms.contrib.wagtail.choosers.ProgramChooserBlock",
                        (),
                        {"label": "What this program costs", "required": False},
                    ),
                    28: (
                        "hcprograms.contrib.wagtail.choosers.InstitutionChooserBlock",
                        (),
                        {
                            "help_text": "Both empty: of all schools.",
                            "label": "Or any program of",
                            "required": False,
                        },
                    ),
                    29: (
                        "wagtail.blocks.StructBlock",
                        [[("program", 27), ("institution", 28), ("title", 2), ("intro", 3)]],
                        {},
                    ),
                },
            ),
        ),
    ]
