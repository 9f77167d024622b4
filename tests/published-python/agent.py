"""Attaches the published Python client to a brain and reports what happened.

Prints one JSON object a line; ends with {"step": "done"} and exit code 0 only when everything
worked. Every wait has a deadline.
"""

import argparse
import base64
import json
import statistics
import struct
import sys
import threading
import time

import feagi_rust_py_libs as libs
import numpy as np
import zmq
from feagi.pns.client import AgentType, FeagiAgentClient

CORE = libs.connector_core
DESCRIPTORS = CORE.data_types.descriptors
AREAS = libs.data_structures.genomic.cortical_area
TOKEN = base64.b64encode(bytes(32)).decode()
MOTOR_AREA = b"omot\x05\0\0\0"
LIMIT_S = 5.0


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def require(truth, problem):
    if not truth:
        say("problem", problem=problem)
        sys.exit(1)


def container(kind, body, agent=bytes(48)):
    content = bytes([kind, 1]) + body
    return struct.pack("<BHB", 4, 0, 1) + agent + struct.pack("<I", len(content)) + content


def json_message(value, agent=bytes(48)):
    return container(1, json.dumps(value).encode(), agent)


def one_voxel(area, x, y, z, potential):
    sub_header = struct.pack("<H", 1) + area + struct.pack("<II", 2 + 2 + 16, 16)
    return container(11, sub_header + struct.pack("<IIIf", x, y, z, potential))


def voxels(frame, area):
    """Set of (x, y, z) of an area in a frame with one XYZP struct."""
    start = 52 + 4 * frame[3]
    (count,) = struct.unpack_from("<H", frame, start + 2)
    for at in range(count):
        name, offset, length = struct.unpack_from("<8sII", frame, start + 4 + 16 * at)
        if name == area:
            cells = length // 16
            columns = struct.unpack_from(f"<{3 * cells}I", frame, start + offset)
            return {(columns[i], columns[cells + i], columns[2 * cells + i]) for i in range(cells)}
    return set()


class Viewer(threading.Thread):
    """Receives visualization frames, which the published Python client does not."""

    def __init__(self, host, control):
        super().__init__(daemon=True)
        self.frames = 0
        self.bytes = 0
        self.answer = None
        self.stop = threading.Event()
        self.registered = threading.Event()
        context = zmq.Context.instance()
        self.control = context.socket(zmq.DEALER)
        self.control.linger = 0
        self.control.connect(f"tcp://{host}:{control}")
        self.data = context.socket(zmq.SUB)
        self.data.linger = 0

    def ask(self, value, agent=bytes(48)):
        self.control.send_multipart([b"", json_message(value, agent)])
        require(self.control.poll(LIMIT_S * 1000), f"no answer to {value}")
        return json.loads(self.control.recv_multipart()[-1][58:])

    def run(self):
        request = {
            "agent_descriptor": {"manufacturer": "test", "agent_name": "viewer", "agent_version": 1},
            "api_version": {"version": 1},
            "auth_token": {"value": [0] * 32},
            "connection_protocol": "Zmq",
            "requested_capabilities": ["receive_neuron_visualizations"],
        }
        answer = self.ask({"agent_registration": {"client_request_registration": request}})
        agent, endpoints = answer["agent_registration"]["server_responds_registration"]["success"]
        agent = base64.b64decode(agent)
        self.data.setsockopt(zmq.SUBSCRIBE, b"")
        self.data.connect(endpoints["receive_neuron_visualizations"]["Zmq"]["url"])
        self.registered.set()
        while not self.stop.is_set():
            if self.data.poll(50):
                self.frames += 1
                self.bytes += len(self.data.recv())
        self.answer = self.ask({"agent_registration": {"client_request_deregistration": {"reason": None}}}, agent)


class Camera:
    """64 x 64 RGB, cut into the nine areas of segmented vision, and two rotary motors."""

    def __init__(self, name):
        self.descriptor = base64.b64encode(struct.pack("<I20s20sI", 1, b"test", name.encode(), 1)).decode()
        self.agent = CORE.ConnectorAgent(self.descriptor)
        size = DESCRIPTORS.ImageXYResolution
        source = DESCRIPTORS.ImageFrameProperties(
            size(64, 64), DESCRIPTORS.ColorSpace.Gamma, DESCRIPTORS.ColorChannelLayout.RGB
        )
        rgb = DESCRIPTORS.ColorChannelLayout.RGB
        parts = DESCRIPTORS.SegmentedXYImageResolutions.create_with_same_sized_peripheral(size(128, 128), size(32, 32))
        segments = DESCRIPTORS.SegmentedImageFrameProperties(parts, rgb, rgb, DESCRIPTORS.ColorSpace.Gamma)
        absolute = AREAS.FrameChangeHandling.Absolute()
        gaze = CORE.data_types.GazeProperties.create_default_centered()
        self.agent.sensor_SegmentedVision_register(0, 1, absolute, source, segments, gaze)
        linear = AREAS.PercentageNeuronPositioning.Linear()
        self.agent.motor_rotary_motor_register(0, 2, absolute, 9, linear)
        self.random = np.random.default_rng(0)

    def area_ids(self):
        ids = self.agent.get_sensory_cortical_ids_for_verification() + self.agent.get_motor_cortical_ids_for_verification()
        return [area if isinstance(area, str) else area.as_base_64() for area in ids]

    def frame(self):
        pixels = self.random.integers(0, 255, (64, 64, 3), dtype=np.uint8)
        order = DESCRIPTORS.MemoryOrderLayout.HeightsWidthsChannels
        picture = CORE.data_types.ImageFrame.new_from_array(pixels, DESCRIPTORS.ColorSpace.Gamma, order)
        self.agent.sensor_segmented_vision_write(0, 0, picture)
        self.agent.sensors_encode_cached_sensor_data_to_bytes()
        return bytes(self.agent.sensors_read_bytes())

    def decode(self, frame):
        self.agent.motors_load_in_bytes_and_verify(frame)
        self.agent.motors_decode_cached_byte_data_to_motor()
        return self.agent.motors_read_decoded_snapshot(True)


class Client:
    """The published client with a camera."""

    def __init__(self, arguments):
        self.camera = Camera(arguments.name)
        self.client = FeagiAgentClient(self.camera.descriptor, AgentType.BOTH)
        self.client.configure(
            feagi_host=arguments.host,
            registration_port=arguments.control,
            sensory_port=5558,
            motor_port=5564,
            agent_descriptor_b64=self.camera.descriptor,
            auth_token_b64=TOKEN,
            vision_unit=("camera", 64, 64, 3, "vision", 0),
            motor_unit=("servo", 2, "RotaryMotor", 0),
            heartbeat_interval=1.0,
            connection_timeout_ms=5000,
            registration_retries=2,
            feagi_api_port=arguments.http,
            feagi_http_timeout_s=5.0,
        )

    def id(self):
        for member in vars(self.client).values():
            if hasattr(member, "get_registration_agent_id_b64"):
                return member.get_registration_agent_id_b64()
        return None

    def connect(self):
        began = time.monotonic()
        self.client.connect()
        say("registered", ms=1000 * (time.monotonic() - began), id=self.id())
        began = time.monotonic()
        ids = self.camera.area_ids()
        self.client.send_device_configuration(self.camera.agent.export_capabilities_json(), ids)
        say("configured", ms=1000 * (time.monotonic() - began), areas=len(ids))

    def motor(self):
        return self.client.receive_motor_data_raw(blocking=False)

    def wait_for_motor(self):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            frame = self.motor()
            if frame is not None:
                return bytes(frame)
            time.sleep(0.0005)
        require(False, f"no motor frame within {LIMIT_S} s")

    def film(self, frames, hz):
        """Sends camera frames and receives motor frames meanwhile."""
        motor, size = 0, 0
        decoded = None
        for _ in range(frames):
            began = time.monotonic()
            picture = self.camera.frame()
            size = len(picture)
            self.client.send_sensory_bytes(picture)
            while (frame := self.motor()) is not None:
                motor += 1
                decoded = self.camera.decode(frame) or decoded
            time.sleep(max(0.0, 1 / hz - (time.monotonic() - began)))
        require(motor > 0, "no motor frame came while filming")
        say("filmed", frames=frames, frame_bytes=size, motor_frames=motor)

    def closed_loop(self, stimuli, camera):
        """One voxel after each motor frame; counts those that come back and how long they take."""
        picture = self.camera.frame()
        latencies = []
        for number in range(stimuli):
            # What is still under way belongs to the stimulus before.
            while self.motor() is not None:
                pass
            if camera:
                self.client.send_sensory_bytes(picture)
            voxel = (number % 8, 0, number % 9)
            began = time.monotonic()
            self.client.send_sensory_bytes(one_voxel(MOTOR_AREA, *voxel, 100.0))
            for _ in range(4):
                if voxel in voxels(self.wait_for_motor(), MOTOR_AREA):
                    latencies.append(1000 * (time.monotonic() - began))
                    break
        p99 = sorted(latencies)[int(0.99 * (len(latencies) - 1))] if latencies else None
        median = statistics.median(latencies) if latencies else None
        say("closed_loop", camera=camera, sent=stimuli, came_back=len(latencies), p50_ms=median, p99_ms=p99)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--name", default="python-camera")
    parser.add_argument("--frames", type=int, default=30)
    parser.add_argument("--stimuli", type=int, default=100)
    arguments = parser.parse_args()

    viewer = Viewer(arguments.host, arguments.control)
    viewer.start()
    require(viewer.registered.wait(LIMIT_S), "the viewer was not registered")
    client = Client(arguments)
    client.connect()
    client.film(arguments.frames, 15)
    client.closed_loop(arguments.stimuli, camera=False)
    client.closed_loop(arguments.stimuli, camera=True)

    former = client.id()
    began = time.monotonic()
    client.client.reconnect("test")
    require(client.id() != former, "reconnecting gave the same id")
    say("reconnected", ms=1000 * (time.monotonic() - began), id=client.id())
    client.film(5, 15)

    viewer.stop.set()
    viewer.join(2 * LIMIT_S)
    left = {"agent_registration": {"server_responds_deregistration": "success"}}
    require(viewer.answer == left, f"the viewer left with {viewer.answer}")
    require(viewer.frames > 0, "no visualization frame came")
    say("viewed", frames=viewer.frames, bytes=viewer.bytes)
    began = time.monotonic()
    client.client.disconnect(5.0)
    require(not client.client.is_connected(), "still connected after leaving")
    say("left", ms=1000 * (time.monotonic() - began))
    say("done")


main()
