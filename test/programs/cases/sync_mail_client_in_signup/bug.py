import asyncio
import smtplib
import socket
import threading
import time


def mail_server(listener, sessions):
    for _ in range(sessions):
        connection, _ = listener.accept()
        time.sleep(0.35)
        connection.sendall(b"220 ready\r\n")
        connection.recv(1024)
        connection.sendall(b"221 bye\r\n")
        connection.close()


def send_welcome(port, name):
    client = smtplib.SMTP("127.0.0.1", port, local_hostname="signup")
    client.quit()
    return name


async def sign_up(port, name):
    await asyncio.sleep(0.02)
    return send_welcome(port, name)


async def chat(messages, stop):
    while not stop.is_set():
        await asyncio.sleep(0.01)
        messages.append(time.monotonic())


async def main():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=mail_server, args=(listener, 2), daemon=True).start()
    port = listener.getsockname()[1]
    messages, stop = [], asyncio.Event()
    room = asyncio.create_task(chat(messages, stop), name="chat")
    print(await asyncio.gather(sign_up(port, "ann"), sign_up(port, "bob")))
    stop.set()
    await room
    listener.close()


asyncio.run(main())
