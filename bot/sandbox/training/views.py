"""/bac-a-sable/formation: a trainee's exercises, the trainer's board, the projector."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for
from markupsafe import Markup

from bot.sandbox.training import classes
from bot.sandbox.training.exercises import exercises_of
from bot.sandbox.training.watching import Watch
from bot.sandbox.webmail.guard import guard
from bot.web.shell import page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from bot.sandbox.store.people import Participant
    from bot.sandbox.webmail.rooms import Rooms, Visit
    from knowledge.model import Exercise

EVERYONE = "tous"


def training_blueprint(rooms: Rooms) -> Blueprint:
    """The pages of a class over the same rooms."""
    bp = Blueprint("training", __name__, url_prefix="/bac-a-sable/formation", template_folder="templates")
    guard(bp, rooms)
    exercises = exercises_of(rooms.base)
    by_id = {exercise.id: exercise for exercise in exercises}
    watch = Watch()

    @bp.get("/exercices", endpoint="mine")
    def mine() -> ResponseReturnValue:
        """My exercises, step by step."""
        with rooms.visit() as visit:
            return page("training/mine.html", visit=visit, **_steps(visit), told=request.args.get("fait", ""))

    @bp.get("/exercices/etat", endpoint="my_steps")
    def my_steps() -> ResponseReturnValue:
        """The same steps alone, renewed while one works elsewhere."""
        with rooms.visit() as visit:
            return _tagged(page("training/steps.html", visit=visit, **_steps(visit)))

    @bp.post("/exercices/<name>/indice", endpoint="hint")
    def hint(name: str) -> ResponseReturnValue:
        with rooms.visit(writing=True) as visit:
            classes.give_hint(
                visit.session, visit.me, _exercise(name), request.form.get("etape", "")[:100], rooms.now()
            )
        return redirect(url_for("training.mine", _anchor=name), 303)

    @bp.post("/exercices/<name>/recommencer", endpoint="again")
    def again(name: str) -> ResponseReturnValue:
        with rooms.visit(writing=True) as visit:
            classes.begin_again(visit.session, visit.me, [_exercise(name).id], rooms.now())
        return redirect(url_for("training.mine", _anchor=name), 303)

    @bp.get("/mon-lien", endpoint="my_link")
    def my_link() -> ResponseReturnValue:
        """The link that brings back the same place on another device."""
        with rooms.visit() as visit:
            address = url_for("sandbox.come_back", secret=visit.given.secret, _external=True)
            return page("training/my_link.html", visit=visit, address=address, qr=Markup(classes.qr_svg(address)))  # noqa: S704 - drawn here

    @bp.get("/tableau", endpoint="board")
    def board() -> ResponseReturnValue:
        """The trainer's page: the grid, live."""
        with rooms.visit() as visit:
            _trainer(visit)
            return page("training/board.html", visit=visit, **_grid(visit), told=request.args.get("fait", ""))

    @bp.get("/tableau/grille", endpoint="grid")
    def grid() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            return _tagged(page("training/grid.html", visit=visit, **_grid(visit)))

    @bp.get("/projecteur", endpoint="projector")
    def projector() -> ResponseReturnValue:
        """What the class sees on the wall: the code, and how far everyone is without a name."""
        with rooms.visit() as visit:
            _trainer(visit)
            address = url_for("sandbox.join", code=visit.world.code, _external=True)
            qr = Markup(classes.qr_svg(address))  # noqa: S704 - drawn here
            return page("training/projector.html", visit=visit, address=address, qr=qr, **_grid(visit))

    @bp.get("/projecteur/etat", endpoint="projected")
    def projected() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            return _tagged(page("training/projected.html", visit=visit, **_grid(visit)))

    @bp.post("/tableau/recommencer", endpoint="reset")
    def reset() -> ResponseReturnValue:
        """One trainee or all begin again; their nominative boxes are emptied when asked."""
        wanted, boxes = request.form.get("qui", ""), request.form.get("boites") == "1"
        with rooms.visit(writing=True) as visit:
            _trainer(visit)
            people = [
                person
                for person in classes.trainees_of(visit.session, visit.world.id)
                if wanted in (EVERYONE, str(person.id))
            ]
            if not people:
                abort(404, "Personne de ce nom dans la session.")
            for person in people:
                classes.begin_again(visit.session, person, by_id, rooms.now())
                if boxes:
                    classes.empty_boxes(visit.session, person)
        return redirect(url_for("training.board", fait="recommence"), 303)

    @bp.get("/resultats.csv", endpoint="results")
    def results() -> ResponseReturnValue:
        with rooms.visit() as visit:
            _trainer(visit)
            people = classes.trainees_of(visit.session, visit.world.id)
            progress = watch.progress(visit.session, exercises, people)
            text = classes.results_csv(people, progress, classes.parts_of(visit.session, visit.world.id))
            name = f"resultats-{visit.world.code}.csv"
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return text, 200, headers

    def _steps(visit: Visit) -> dict[str, object]:
        return {"progress": watch.progress(visit.session, exercises, [visit.me])[visit.me.id], "base": rooms.base}

    def _grid(visit: Visit) -> dict[str, object]:
        people = classes.trainees_of(visit.session, visit.world.id)
        return {
            "people": people,
            "progress": watch.progress(visit.session, exercises, people),
            "parts": classes.parts_of(visit.session, visit.world.id),
            "exercises": exercises,
            "title": classes.world_title(visit.world),
            "now": rooms.now(),
        }

    def _exercise(name: str) -> Exercise:
        if name not in by_id:
            abort(404, "Cet exercice n’existe pas.")
        return by_id[name]

    return bp


def _trainer(visit: Visit) -> Participant:
    """The trainer of this class, and nobody else."""
    if visit.me.role != "trainer":
        abort(404, "Cette page est celle du formateur.")
    return visit.me


def _tagged(html: str) -> Response:
    """A fragment with its mark: an unchanged one costs an empty answer."""
    mark = hashlib.sha256(html.encode()).hexdigest()[:24]
    if request.if_none_match.contains(mark):
        return Response(status=304, headers={"ETag": f'"{mark}"'})
    response = Response(html, mimetype="text/html")
    response.set_etag(mark)
    return response
